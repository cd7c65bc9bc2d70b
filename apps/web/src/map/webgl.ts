/** Who draws in three dimensions here: a graphics card, the processor in its stead, or nobody. */
export type Drawer = 'card' | 'processor' | 'nobody';

/** How the programs that stand in for a card name themselves, on Chromium, Mesa, Windows and macOS. */
const STAND_INS = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let known: Drawer | undefined;
export const drawnBy = (): Drawer => (known ??= look());

function look(): Drawer {
  const context = document.createElement('canvas').getContext('webgl2');
  if (context === null) return 'nobody';
  // a browser that does not tell is taken to have a card
  const told = context.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER;
  const name = String(context.getParameter(told));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return STAND_INS.test(name) ? 'processor' : 'card';
}
