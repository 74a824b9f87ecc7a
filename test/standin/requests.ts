/** A request on its way to an answer, and refusals that several routes share. */
import type { IncomingMessage } from 'node:http';
import { failure } from './envelope';
import type { RecordedRequest } from './types';

/** A request with its raw body. */
export interface IncomingRequest {
  request: IncomingMessage;
  recorded: RecordedRequest;
  raw: Uint8Array;
  /** The IP address that it comes from. */
  address: string;
  /** The ray id of the answer. */
  ray: string;
}

export const forbidden = () => failure(403, [{ code: 10000, message: 'Authentication error' }]);

/** The refusal of what a token has no permission for, or what is not of its account. */
export const unauthorized = () =>
  failure(403, [{ code: 9109, message: 'Unauthorized to access requested resource' }]);

/** The answer to a wrong method. Code and text are our choice. */
export const notAllowed = () => failure(405, [{ code: 10405, message: 'Method not allowed' }]);
