import type { Question } from '@loci/contracts';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Icon } from '../design/icon.js';
import { texts } from '../texts.js';
import { curlOf } from './curl.js';

export function CopyCurl({ question }: { question: Question }) {
  const [copied, setCopied] = useState(false);
  // without HTTPS a browser gives the clipboard to pages of its own machine only
  if (!isSecureContext) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(curlOf(question, location.origin));
    setCopied(true);
  };
  return (
    <Button look="quiet" small onPress={() => void copy()}>
      <Icon name="copy" size={16} />
      {copied ? texts.ask.copied : texts.ask.curl}
    </Button>
  );
}
