/** The switches with which the tests start the app on a virtual screen. */
export const SWITCHES = [
  // There is no GPU. Probing for one costs time at every start and has hung.
  '--disable-gpu',
  '--disable-gpu-compositing',
  '--disable-software-rasterizer',
  // Otherwise the processor draws every frame of a spinner or a transition.
  '--force-prefers-reduced-motion',
];
