import type { Video } from '@loci/contracts';
import { useState } from 'react';
import { texts } from '../texts.js';
import { Notice } from '../design/notice.js';
import { usePlayhead } from './playhead.js';
import { useContentAddress } from '../service/content.js';
import styles from './player.module.css';

/** The browser's own player: it has its keys, captions and full screen. */
export function Player({ video, name }: { video: Video; name: string }) {
  const playhead = usePlayhead();
  const [broken, setBroken] = useState(false);
  const address = useContentAddress(video.id);
  return (
    <div className={styles.player} style={{ aspectRatio: `${video.width} / ${video.height}` }}>
      {broken ? (
        <div className={styles.broken}>
          <Notice>{texts.video.unplayable}</Notice>
        </div>
      ) : (
        <video
          ref={playhead.attach}
          {...(address === undefined ? {} : { src: address })}
          controls
          muted
          playsInline
          preload="metadata"
          aria-label={texts.video.player(name)}
          onTimeUpdate={playhead.changed}
          onSeeking={playhead.changed}
          onPlay={playhead.changed}
          onError={() => setBroken(true)}
        />
      )}
    </div>
  );
}
