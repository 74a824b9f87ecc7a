/** Exports for other modules. */
export { isUsable } from './queue';
export { addById, type AddByIdOptions } from './by-id';
export { createAdditions } from './handlers';
