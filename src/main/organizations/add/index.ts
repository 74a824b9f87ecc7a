/** What other modules may use of adding organizations. */
export { isUsable } from './queue';
export { addById, type AddByIdOptions } from './by-id';
export { createAdding, type Adding, type AddingOptions } from './handlers';
