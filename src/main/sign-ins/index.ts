/** Exports for other modules. */
export { createSignIns, type SignIns, type SignInsOptions } from './sign-ins';
export { toSignIn } from './view';
export { countsOf } from './view';
