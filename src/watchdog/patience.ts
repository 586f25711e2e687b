/** For how long an undo tries, in seconds. */
export const GIVE_UP_SECONDS = 600;

/**
 * For how long an undo asks for the lock before it goes on without, in seconds. Where the API does not answer
 * it could do nothing anyway; where the Lease alone cannot be had, access is worth more.
 */
export const LOCK_PATIENCE_SECONDS = 60;
