/** Exports for other modules. */
export { createSignIns, type SignIns } from './sign-ins';
export { toSignIn } from './view';
export { countsOf } from './view';
