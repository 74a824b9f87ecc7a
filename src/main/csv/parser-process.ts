/** Entry point of the file parser's process, which reads one file. It gets no key, no database and no path. */
import { answerMessages } from '../lib/helper-port';
import { createParser } from './parser';

answerMessages(createParser());
