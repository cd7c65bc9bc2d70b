import type { Video } from '@loci/contracts';
import { useRef, useState } from 'react';
import { texts } from '../texts.js';
import { Notice } from '../design/notice.js';
import { usePlayhead } from './playhead.js';
import { useContent } from '../service/content.js';
import styles from './player.module.css';

/** Milliseconds before a clip whose connection broke is opened again. */
const AGAIN_MS = 2_000;

/** The browser's own player: it has its keys, captions and full screen. */
export function Player({ video, name }: { video: Video; name: string }) {
  const playhead = usePlayhead();
  const [broken, setBroken] = useState(false);
  const { address, renew } = useContent(video.id);
  /** Where to go on with another address: the second, and whether it played. */
  const resume = useRef<{ t_s: number; played: boolean } | null>(null);
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
          onLoadedMetadata={({ currentTarget: player }) => {
            if (resume.current === null) return;
            player.currentTime = resume.current.t_s;
            if (resume.current.played) void player.play();
            resume.current = null;
          }}
          onError={({ currentTarget: player }) => {
            resume.current ??= { t_s: player.currentTime, played: !player.paused };
            if (renew()) return;
            if (player.error?.code === MediaError.MEDIA_ERR_NETWORK)
              setTimeout(() => player.load(), AGAIN_MS);
            else setBroken(true);
          }}
        />
      )}
    </div>
  );
}
