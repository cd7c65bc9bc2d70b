/** So many bits fit into a number of ffmpeg's expressions. */
const WORD = 48;

/**
 * An expression of ffmpeg's that gives bit `n`, 0 or 1; 0 beyond the last. A tree chooses among words of
 * bits, so that it is short and takes few steps.
 */
export function bitOf(bits: readonly boolean[]): string {
  const words = Array.from({ length: Math.ceil(bits.length / WORD) }, (_, index) =>
    bits.slice(index * WORD, (index + 1) * WORD).reduceRight((word, bit) => word * 2 + Number(bit), 0),
  );
  return words.length === 0 ? '0' : `mod(floor((${choice(words, 0)})/pow(2,mod(n,${WORD}))),2)`;
}

function choice(words: readonly number[], first: number): string {
  const [word = 0] = words;
  if (words.length === 1) return `if(lt(n,${(first + 1) * WORD}),${word})`;
  const half = Math.ceil(words.length / 2);
  const [before, after] = [choice(words.slice(0, half), first), choice(words.slice(half), first + half)];
  return `if(lt(n,${(first + half) * WORD}),${before},${after})`;
}
