import { Link } from 'react-router';
import { Empty } from '../design/empty.js';
import { texts } from '../texts.js';

export const NotFound = () => (
  <Empty title={texts.lost.title} text={texts.lost.text}>
    <Link to="/">{texts.lost.back}</Link>
  </Empty>
);
