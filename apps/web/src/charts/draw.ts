import { parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';

/** The words that a chart shows beside the pointer: a name and a value a line. */
export type Hint = readonly (readonly [name: string, value: string])[];

/** Lets the browser react to a person before the next step. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Draws a chart as an SVG. Its expressions are interpreted, for the page's policy forbids to compile them.
 * @param onHint what the pointer is over, and where in the chart; null over nothing
 */
export async function draw(
  container: HTMLElement,
  spec: TopLevelSpec,
  onHint: (hint: Hint | null, x: number, y: number) => void,
): Promise<View> {
  const { spec: low } = compile(spec);
  await breath();
  const runtime = parse(low, undefined, { ast: true });
  await breath();
  const view = new View(runtime, {
    expr: expressionInterpreter,
    renderer: 'svg',
    container,
    hover: true,
  });
  view.tooltip((_handler, event: MouseEvent | null, _item, value: unknown) => {
    const hint = hintOf(value);
    const { left, top } = container.getBoundingClientRect();
    // where the pointer has left the chart there is no event
    if (hint === null || event === null) onHint(null, 0, 0);
    else onHint(hint, event.clientX - left, event.clientY - top);
  });
  await view.runAsync();
  return view;
}

function hintOf(value: unknown): Hint | null {
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value).map(([name, text]) => [name, String(text)] as const);
}
