import { useQuery } from '@tanstack/react-query';
import { useKey } from '../service/session.js';
import styles from './picture.module.css';

interface PictureProps {
  /** Null: there is none yet. */
  address: string | null;
  alt: string;
}

/** A sampled frame, 4:3. It is fetched, for an image of a page sends no key. */
export function Picture({ address, alt }: PictureProps) {
  const source = useFetched(address);
  return (
    <span className={styles.frame}>
      {source !== undefined && <img src={source} alt={alt} width={192} height={144} loading="lazy" />}
    </span>
  );
}

function useFetched(address: string | null): string | undefined {
  const key = useKey();
  const { data } = useQuery({
    queryKey: ['picture', address],
    queryFn: async () => {
      const headers = { authorization: `Bearer ${key}` };
      // pictures come by the dozen, and what is written beside them and the clip come first
      const response = await fetch(address ?? '', { headers, priority: 'low' });
      if (!response.ok) throw new Error(`${address} was answered ${response.status}`);
      return dataUrl(await response.blob());
    },
    enabled: address !== null && key !== null,
    staleTime: Infinity,
  });
  return data;
}

function dataUrl(blob: Blob): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result as string);
  reader.onerror = () => reject(new Error('The picture cannot be read.'));
  reader.readAsDataURL(blob);
  return promise;
}
