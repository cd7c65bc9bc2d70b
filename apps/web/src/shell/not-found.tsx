import { Link } from 'react-router';
import { Empty } from '../design/empty.js';
import { texts } from '../texts.js';
import { useTitle } from './use-title.js';

export function NotFound() {
  useTitle(texts.lost.title);
  return (
    <Empty title={texts.lost.title} text={texts.lost.text}>
      <Link to="/">{texts.lost.back}</Link>
    </Empty>
  );
}
