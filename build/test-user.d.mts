/** Types of test-user.mjs, for the tests in TypeScript. */

/** Creates the user with an empty home folder. */
export function createTestUser(): { uid: number; gid: number; home: string };

/** Removes the user and their home folder. */
export function removeTestUser(): void;
