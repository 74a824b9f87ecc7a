/**
 * The contract: every call the window may make and every event it may hear, declared once with the
 * schemas of what goes in and out. Preload, gate, window and test doubles are computed from it, so
 * this list is the allow-list. To add a call: declare it here, register it in one feature of main,
 * use it in a component.
 */
import * as v from 'valibot';
import { failureSchema, type Outcome } from './failure';
import { organizationIdSchema, organizationViewSchema, rowSchema } from './organization';
import { editsSchema } from './profile';
import { signInIdSchema, signInSchema } from './sign-in';

/** Schema of "nothing": calls without a request or an answer. */
const nothing = v.null();
/** A name a person gives; long enough for anybody, short enough for a list. */
const label = v.pipe(v.string(), v.maxLength(200));
const text = v.pipe(v.string(), v.maxLength(4_096));
const organization = v.object({ organizationId: organizationIdSchema });
const signIn = v.object({ signInId: signInIdSchema });
/**
 * What a person changed, and the texts they saw in those fields when they began. Main cannot know the
 * latter: Cloudflare's copy may have moved on between the first key and the call.
 */
const edited = v.object({
  organizationId: organizationIdSchema,
  edits: editsSchema,
  began: editsSchema,
});

/** Whether Cloudflare answers, from the last answers rather than from the system's flag. */
export const connectionSchema = v.object({
  state: v.picklist(['unknown', 'online', 'offline']),
  /** When Cloudflare last answered, ms since the epoch, or null. */
  answeredAt: v.nullable(v.number()),
  /** Why it is offline, or null. */
  failure: v.nullable(failureSchema),
  /** When the next try is due while something waits, ms since the epoch, or null. */
  nextTryAt: v.nullable(v.number()),
  /** Number of pending changes. */
  waiting: v.number(),
});

/** Whether Cloudflare answers, and what waits. */
export type Connection = v.InferOutput<typeof connectionSchema>;

/** An organization a sign-in can see. */
export const foundOrganizationSchema = v.object({
  id: organizationIdSchema,
  name: v.string(),
  saved: v.boolean(),
});

/** An organization a sign-in can see, and whether it is saved here already. */
export type FoundOrganization = v.InferOutput<typeof foundOrganizationSchema>;

/** Something the person must be told about the app's own data, above every page. */
export const bannerSchema = v.variant('kind', [
  v.object({
    kind: v.literal('database-set-aside'),
    /** Where the damaged database was moved to. */
    path: v.string(),
    /** Whether rows in it can still be read and taken over. */
    readable: v.boolean(),
  }),
  v.object({ kind: v.literal('keys-without-record'), signInIds: v.array(signInIdSchema) }),
  v.object({ kind: v.literal('keychain-asking') }),
  v.object({ kind: v.literal('session-only'), labels: v.array(v.string()) }),
  v.object({ kind: v.literal('store-failing'), failure: failureSchema }),
]);

/** Something the person must be told about the app's own data. */
export type Banner = v.InferOutput<typeof bannerSchema>;

/** Commands of the menu that the window carries out. */
export const MENU_COMMANDS = ['add', 'search', 'save', 'refresh', 'discard', 'settings'] as const;

/** Every call: its room, its name, the schema of its request and of its answer. */
export const calls = {
  app: {
    about: {
      request: nothing,
      answer: v.object({
        version: v.string(),
        electron: v.string(),
        chromium: v.string(),
        packaged: v.boolean(),
      }),
    },
    banners: { request: nothing, answer: v.array(bannerSchema) },
    dismissBanner: { request: v.object({ kind: text }), answer: nothing },
    /** Opens a page of Cloudflare's documentation in the browser; any other address is refused. */
    openLink: { request: v.object({ url: text }), answer: nothing },
    /** Says that everything typed has been kept, so that the window may close. */
    flushed: { request: nothing, answer: nothing },
    /** Says that the window has painted its list, so that slow work may begin. */
    painted: { request: nothing, answer: nothing },
  },
  connection: {
    get: { request: nothing, answer: connectionSchema },
    /** Tries Cloudflare and everything that waits at once. */
    tryNow: { request: nothing, answer: nothing },
  },
  signIns: {
    list: { request: nothing, answer: v.array(signInSchema) },
    /** Whether a key can be kept on this computer; a failure says why not. */
    canKeep: { request: nothing, answer: nothing },
    /** Checks a sign-in with Cloudflare and keeps it; the only call that ever carries a key. */
    add: {
      request: v.object({
        label,
        email: text,
        key: text,
        keep: v.picklist(['keychain', 'session']),
      }),
      answer: signIn,
    },
    /** Lists every organization the sign-in can see, all pages. */
    findOrganizations: { request: signIn, answer: v.array(foundOrganizationSchema) },
    check: { request: signIn, answer: signInSchema },
    remove: { request: signIn, answer: nothing },
  },
  organizations: {
    list: { request: nothing, answer: v.array(rowSchema) },
    /** Ids of the organizations whose name, id or profile fields contain every word of the query. */
    search: {
      request: v.object({ query: v.pipe(v.string(), v.maxLength(500)) }),
      answer: v.array(organizationIdSchema),
    },
    open: { request: organization, answer: organizationViewSchema },
    /** Asks Cloudflare for the profile now; the answer is the page after that. */
    refresh: { request: organization, answer: organizationViewSchema },
    /** Saves organizations that `findOrganizations` listed. Those already saved stay as they are. */
    add: {
      request: v.object({
        signInId: signInIdSchema,
        organizations: v.array(v.object({ id: organizationIdSchema, name: v.string() })),
      }),
      answer: v.object({ added: v.array(organizationIdSchema) }),
    },
    /** Checks an organization by reading its profile, then saves it. */
    addById: {
      request: v.object({ signInId: signInIdSchema, id: text }),
      answer: organization,
    },
    changeSignIn: {
      request: v.object({ organizationId: organizationIdSchema, signInId: signInIdSchema }),
      answer: organizationViewSchema,
    },
    /** What removing would take away. */
    removal: {
      request: organization,
      answer: v.object({
        waiting: v.boolean(),
        draft: v.boolean(),
        /** The sign-in no other organization uses, or null. */
        lastOf: v.nullable(v.object({ signInId: signInIdSchema, label: v.string() })),
      }),
    },
    remove: {
      request: v.object({ organizationId: organizationIdSchema, signInToo: v.boolean() }),
      answer: nothing,
    },
  },
  drafts: {
    /** Keeps what the person changed, durably. Fields not in `edits` are unchanged. */
    keep: {
      request: edited,
      answer: nothing,
    },
    discard: { request: organization, answer: organizationViewSchema },
  },
  changes: {
    /** Submits the edits: one transaction, outbox row in, draft out. */
    submit: {
      request: edited,
      answer: organizationViewSchema,
    },
    retry: { request: organization, answer: nothing },
    /** Gives up a pending change; its text is kept as a revision. */
    discard: { request: organization, answer: organizationViewSchema },
    /** Takes what Cloudflare stored instead of what was sent. */
    acceptAsStored: { request: organization, answer: organizationViewSchema },
  },
  recovery: {
    /** Copies what can still be read from a database that was set aside. */
    takeOver: {
      request: nothing,
      answer: v.object({ organizations: v.number(), signIns: v.number(), drafts: v.number() }),
    },
    /** Deletes keys in the keychain that no record knows. */
    removeKeys: { request: nothing, answer: nothing },
    /** Uses such a key again: the person gives its e-mail, Cloudflare says whether they fit. */
    adoptKey: {
      request: v.object({ signInId: signInIdSchema, label, email: text }),
      answer: signIn,
    },
  },
} as const;

/** Every event main sends to the window, with the schema of what it carries. */
export const events = {
  rowsChanged: v.object({
    rows: v.array(rowSchema),
    removed: v.array(organizationIdSchema),
  }),
  organizationChanged: organizationViewSchema,
  signInsChanged: v.array(signInSchema),
  connectionChanged: connectionSchema,
  bannersChanged: v.array(bannerSchema),
  menuCommand: v.object({ command: v.picklist(MENU_COMMANDS) }),
  /** The window is about to close: keep what is typed, then call `app.flushed`. */
  closing: nothing,
} as const;

type Calls = typeof calls;
type Events = typeof events;
type Schema = v.GenericSchema;
interface Call {
  request: Schema;
  answer: Schema;
}

/** A room of the contract, such as `drafts`. */
export type Room = keyof Calls;
/** A call of a room, such as `keep`. */
export type CallOf<R extends Room> = keyof Calls[R] & string;
/** An event's name. */
export type EventName = keyof Events;
/** What an event carries. */
export type EventPayload<E extends EventName> = v.InferOutput<Events[E]>;

type RequestOf<C> = C extends Call ? v.InferOutput<C['request']> : never;
type AnswerOf<C> = C extends Call ? v.InferOutput<C['answer']> : never;

/** One call as the window makes it: without an argument where the request is nothing. */
type Caller<C> =
  RequestOf<C> extends null
    ? () => Promise<Outcome<AnswerOf<C>>>
    : (request: RequestOf<C>) => Promise<Outcome<AnswerOf<C>>>;

/** One call as a feature of main answers it. */
export type Handler<C> = (
  request: RequestOf<C>,
) => Outcome<AnswerOf<C>> | Promise<Outcome<AnswerOf<C>>>;

/** What the window finds as `window.letterhead`. */
export type LetterheadApi = {
  [R in Room]: { [N in CallOf<R>]: Caller<Calls[R][N]> };
} & {
  /** Listens to an event; the answer stops listening. */
  on: { [E in EventName]: (listener: (payload: EventPayload<E>) => void) => () => void };
};

/** The handlers of one room: what a feature of main registers at the gate. */
export type Handlers<R extends Room> = { [N in CallOf<R>]: Handler<Calls[R][N]> };

/** The channel of a call. */
export function callChannel(room: string, name: string): string {
  return `call:${room}.${name}`;
}

/** The channel of an event. */
export function eventChannel(name: string): string {
  return `event:${name}`;
}
