type Take = (files: readonly File[]) => void;

let isOver = false;
// what was dropped before this script ran: index.html has a field for files, until the page is drawn
let waiting: readonly File[] = Array.from(
  document.querySelector<HTMLInputElement>('#page > input')?.files ?? [],
);
let taker: Take | null = null;
const listeners = new Set<() => void>();

function setOver(over: boolean): void {
  if (over === isOver) return;
  isOver = over;
  for (const listener of listeners) listener();
}

/**
 * Files that are dropped on the page. They are listened for from the page's first script on and whatever is
 * drawn, for the browser opens a file in place of the page where nobody says that it is wanted.
 */
export const droppedFiles = {
  /** Whether files are held over the page just now. */
  isOver: (): boolean => isOver,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  /**
   * Gives the files to whom they are for, those also that were dropped before.
   * @returns ends it
   */
  giveTo(take: Take): () => void {
    taker = take;
    if (waiting.length > 0) take(waiting);
    waiting = [];
    return () => {
      if (taker === take) taker = null;
    };
  },
};

function on(name: 'dragenter' | 'dragover' | 'dragleave' | 'drop', react: (event: DragEvent) => void): void {
  addEventListener(
    name,
    (event) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      react(event);
    },
    { capture: true },
  );
}

// what comes under the pointer, because it moves or because a place draws itself, is entered before anything
// else: where that is not taken, a file that is let go just then is not dropped at all
on('dragenter', () => setOver(true));
on('dragover', () => setOver(true));
on('dragleave', (event) => {
  // the pointer has left the window, not only an element of it
  if (event.relatedTarget === null) setOver(false);
});
on('drop', (event) => {
  setOver(false);
  const files = Array.from(event.dataTransfer?.files ?? []);
  if (taker === null) waiting = [...waiting, ...files];
  else taker(files);
});
