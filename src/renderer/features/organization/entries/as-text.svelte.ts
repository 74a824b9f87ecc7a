/** The fields that the person edits as text although a form could show them, remembered while the window is open. */
import { SvelteSet } from 'svelte/reactivity';
import type { FieldName } from '../../../../shared/profile';

/** The only instance in the window. */
export const fieldsAsText = new SvelteSet<FieldName>();
