import { Link } from 'react-router';
import { Bar } from '../design/bar.js';
import { Button } from '../design/button.js';
import { Icon } from '../design/icon.js';
import { texts } from '../texts.js';
import { useUploads, type Upload } from './uploads.js';
import styles from './upload-tray.module.css';

const words = texts.upload;

/** The uploads of this tab, in a corner of every place. */
export function UploadTray() {
  const { uploads } = useUploads();
  if (uploads.length === 0) return null;
  return (
    <section className={styles.tray} aria-label={words.title}>
      {uploads.map((upload) => (
        <UploadRow key={upload.id} upload={upload} />
      ))}
    </section>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { stop, goOn, dismiss } = useUploads();
  const { id, file, state } = upload;
  const sending = state === 'sending';
  return (
    <article className={styles.row}>
      <header>
        {upload.videoId === null ? (
          <strong>{file.name}</strong>
        ) : (
          <Link to={`/videos/${upload.videoId}`}>{file.name}</Link>
        )}
        <Button
          look="quiet"
          small
          aria-label={(sending ? words.stop : words.dismiss)(file.name)}
          onPress={() => (sending ? stop : dismiss)(id)}
        >
          <Icon name="close" size={16} />
        </Button>
      </header>
      {sending && <Bar label={words.label(file.name)} fraction={fractionOf(upload)} />}
      <p role={state === 'failed' ? 'alert' : 'status'} className={styles[state]}>
        {sentence(upload)}
      </p>
      {!sending && upload.passing && (
        <Button small onPress={() => goOn(id)}>
          {words.goOn}
        </Button>
      )}
    </article>
  );
}

/** How much was sent; null while the service looks at the whole of it. */
function fractionOf({ progress }: Upload): number | null {
  if (progress === null) return 0;
  const fraction = progress.sentBytes / Math.max(1, progress.totalBytes);
  return fraction >= 1 ? null : fraction;
}

function sentence({ state, progress, sentence: why, file }: Upload): string {
  switch (state) {
    case 'done':
      return words.done;
    case 'stopped':
      return words.stopped(progress?.sentBytes ?? 0, file.size);
    case 'failed':
      return why ?? words.failed;
    case 'sending':
      if (progress === null) return words.sending(0, file.size);
      if (progress.sentBytes >= progress.totalBytes) return words.checking;
      return [
        words.sending(progress.sentBytes, progress.totalBytes),
        ...(progress.bytesPerS === null ? [] : [words.speed(progress.bytesPerS)]),
      ].join(', ');
  }
}
