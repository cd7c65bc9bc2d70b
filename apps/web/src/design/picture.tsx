import { useQuery } from '@tanstack/react-query';
import { useKey } from '../service/session.js';
import styles from './picture.module.css';

interface PictureProps {
  /** Null: there is none yet. */
  address: string | null;
  alt: string;
  lit?: boolean;
}

/** A sampled frame, 4:3. With a key it is fetched, for an image sends none. */
export function Picture({ address, alt, lit = false }: PictureProps) {
  const key = useKey();
  const fetched = useFetched(key === null ? null : address, key ?? '');
  const source = key === null ? address : fetched;
  return (
    <span className={`${styles.frame} ${lit ? styles.lit : ''}`}>
      {source !== null && <img src={source} alt={alt} width={192} height={144} loading="lazy" />}
    </span>
  );
}

function useFetched(address: string | null, key: string): string | null {
  const { data } = useQuery({
    queryKey: ['picture', address],
    queryFn: async () => {
      const response = await fetch(address ?? '', { headers: { authorization: `Bearer ${key}` } });
      if (!response.ok) throw new Error(`${address} was answered ${response.status}`);
      return dataUrl(await response.blob());
    },
    enabled: address !== null,
    staleTime: Infinity,
  });
  return data ?? null;
}

function dataUrl(blob: Blob): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result as string);
  reader.onerror = () => reject(new Error('The picture cannot be read.'));
  reader.readAsDataURL(blob);
  return promise;
}
