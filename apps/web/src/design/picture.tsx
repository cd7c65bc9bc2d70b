import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useKey } from '../service/session.js';
import styles from './picture.module.css';
import { useDue } from './use-due.js';

interface PictureProps {
  /** Null: there is none yet. */
  address: string | null;
  alt: string;
}

/**
 * A sampled frame, 4:3. It is fetched, for an image of a page sends no key, and only once it has come near
 * the window: pictures come by the dozen, and a click that shows them does not wait until all are asked for.
 */
export function Picture({ address, alt }: PictureProps) {
  const place = useRef<HTMLSpanElement>(null);
  const source = useFetched(address, useDue(place));
  return (
    <span ref={place} className={styles.frame}>
      {source !== undefined && <img src={source} alt={alt} width={192} height={144} />}
    </span>
  );
}

function useFetched(address: string | null, due: boolean): string | undefined {
  const key = useKey();
  const { data } = useQuery({
    queryKey: ['picture', address],
    // one that is not shown any more is not waited for: with the signal, it leaves its connection to the next
    queryFn: async ({ signal }) => {
      const headers = { authorization: `Bearer ${key}` };
      // what is written beside the pictures and the clip come first
      const response = await fetch(address ?? '', { headers, priority: 'low', signal });
      if (!response.ok) throw new Error(`${address} was answered ${response.status}`);
      return dataUrl(await response.blob());
    },
    enabled: due && address !== null && key !== null,
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
