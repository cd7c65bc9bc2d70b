import { useMutation } from '@tanstack/react-query';
import { Button } from '../design/button.js';
import { ErrorNotice } from '../design/notice.js';
import { useClient } from '../service/client.js';
import { texts } from '../texts.js';
import styles from './map-downloads.module.css';

const words = texts.map.downloads;
const FORMATS = ['ply', 'tum', 'json'] as const;
type Format = (typeof FORMATS)[number];

/** The map as files, for other tools. */
export function MapDownloads({ memoryId }: { memoryId: string }) {
  const client = useClient();
  const download = useMutation({
    mutationFn: async (format: Format) =>
      save(await client.mapFile(memoryId, format), `${memoryId}.${format}`),
  });
  return (
    <div className={styles.downloads} role="group" aria-label={words.title}>
      {FORMATS.map((format) => (
        <Button key={format} small onPress={() => download.mutate(format)}>
          {words[format]}
        </Button>
      ))}
      {download.isError && <ErrorNotice error={download.error} />}
    </div>
  );
}

/** Hands a file to the browser, as a link to it would. */
function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
