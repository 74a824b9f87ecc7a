/** Recovery of lost data and the banners, as other modules may use them. */
export type { Banners } from './banners';
