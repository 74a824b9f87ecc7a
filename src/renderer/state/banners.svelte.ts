/** The banners above every page: what the user must know about the app's own data. */
import type { Banner } from '../../shared/banner';
import type { LetterheadApi } from '../../shared/contract/bridge';
import { LiveValue } from './live-value.svelte';

/** Loads the banners with `app.banners` and keeps them up to date through `bannersChanged`. */
export class BannersState extends LiveValue<Banner[]> {
  constructor(api: LetterheadApi) {
    super([], () => api.app.banners(), api.on.bannersChanged);
  }
}
