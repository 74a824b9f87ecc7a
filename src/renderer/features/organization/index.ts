/** What other features may use of the page of an organization. */
export { ProfileForm } from './form.svelte';
