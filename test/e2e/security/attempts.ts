/**
 * What a page that was taken over tries in order to send data. The functions run in a page, so each is
 * self-contained.
 */

/** Where `tryWebRtc` sends to. */
export interface Ports {
  udpPort: number;
  tcpPort: number;
}

/**
 * Sends over WebRTC with STUN and TURN, over UDP and TCP, and to candidates of its own; resolves when Chromium has
 * gathered all candidates.
 * @returns whether the page has WebRTC
 */
export async function tryWebRtc({ udpPort, tcpPort }: Ports): Promise<boolean> {
  if (typeof RTCPeerConnection === 'undefined') return false;
  const stolen = { username: 'stolen-key', credential: 'x' };
  const first = new RTCPeerConnection({
    iceServers: [
      { urls: `stun:127.0.0.1:${udpPort}` },
      { urls: `turn:127.0.0.1:${udpPort}`, ...stolen },
      { urls: `turn:127.0.0.1:${tcpPort}?transport=tcp`, ...stolen },
    ],
  });
  const second = new RTCPeerConnection();
  // Chromium closes a connection that nothing refers to.
  Object.assign(window, { kept: [first, second] });
  first.createDataChannel('x');
  await first.setLocalDescription(await first.createOffer());
  await second.setRemoteDescription(first.localDescription!);
  await second.setLocalDescription(await second.createAnswer());
  await first.setRemoteDescription(second.localDescription!);
  for (const candidate of [
    `candidate:1 1 udp 2122260223 127.0.0.1 ${udpPort} typ host generation 0`,
    `candidate:2 1 tcp 1518280447 127.0.0.1 ${tcpPort} typ host tcptype passive generation 0`,
    `candidate:3 1 udp 2122260223 webrtc.example.test ${udpPort} typ host generation 0`,
  ]) {
    await first.addIceCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
  }
  await new Promise<void>((gathered) => {
    // STUN and TURN servers that never answer take Chromium 10 seconds.
    const timer = setTimeout(gathered, 3_000);
    const look = (): void => {
      if (first.iceGatheringState !== 'complete') return;
      clearTimeout(timer);
      gathered();
    };
    first.addEventListener('icegatheringstatechange', look);
    look();
  });
  return true;
}

/**
 * Makes every kind of request.
 * @returns the kinds that succeeded
 */
export async function tryRequests({ origin, udpPort }: { origin: string; udpPort: number }) {
  const loaded = (name: string, properties: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const element = document.createElement(name);
      element.onload = resolve;
      element.onerror = reject;
      Object.assign(element, properties);
      document.body.append(element);
    });
  const opened = (target: EventTarget): Promise<unknown> =>
    new Promise((resolve, reject) => {
      target.addEventListener('open', resolve);
      target.addEventListener('error', reject);
    });
  const attempts: Record<string, () => Promise<unknown>> = {
    fetch: () => fetch(`${origin}/fetch`, { mode: 'no-cors' }),
    'fetch that outlives the page': () =>
      fetch(`${origin}/kept`, { mode: 'no-cors', method: 'POST', body: 'x', keepalive: true }),
    image: () => loaded('img', { src: `${origin}/image` }),
    style: () => loaded('link', { rel: 'stylesheet', href: `${origin}/style` }),
    script: () => loaded('script', { src: `${origin}/script` }),
    prefetch: () => loaded('link', { rel: 'prefetch', href: `${origin}/prefetch` }),
    events: () => opened(new EventSource(`${origin}/events`)),
    socket: () => opened(new WebSocket(origin.replace('http', 'ws'))),
    transport: () =>
      typeof WebTransport === 'undefined'
        ? Promise.reject(new Error('not in an insecure page'))
        : new WebTransport(`https://127.0.0.1:${udpPort}/`).ready,
  };
  navigator.sendBeacon(`${origin}/beacon`, 'x');
  const preconnect = Object.assign(document.createElement('link'), { rel: 'preconnect' });
  preconnect.href = origin;
  document.head.append(preconnect);
  const results = await Promise.all(
    Object.entries(attempts).map(async ([kind, attempt]) =>
      attempt().then(
        () => [kind],
        () => [],
      ),
    ),
  );
  return results.flat();
}

/**
 * Looks for WebRTC in the page and in frames of every kind. Needs a page without its content policy, because only
 * then a frame with an origin of its own runs a script.
 * @returns the names of the windows that have it, and its type in the frame with an origin of its own
 */
export async function findRemoved(): Promise<{ found: string[]; inside: unknown }> {
  const frame = (attributes: Record<string, string>): Window => {
    const element = document.createElement('iframe');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    document.body.append(element);
    return element.contentWindow!;
  };
  const written = frame({});
  written.document.open();
  written.document.close();
  const windows: Record<string, Window> = {
    page: window,
    blank: frame({}),
    'without scripts': frame({ sandbox: 'allow-same-origin' }),
    written,
  };
  const inside = await new Promise((resolve) => {
    window.addEventListener('message', ({ data }) => resolve(data));
    frame({
      sandbox: 'allow-scripts',
      srcdoc: '<script>parent.postMessage(typeof RTCPeerConnection, "*")</script>',
    });
  });
  const removed = [
    'RTCPeerConnection',
    'webkitRTCPeerConnection',
    'localStorage',
    'sessionStorage',
  ];
  removed.push('indexedDB', 'caches', 'cookieStore', 'webkitRequestFileSystem');
  const found = Object.entries(windows).flatMap(([name, frameWindow]) => [
    ...removed.filter((api) => api in frameWindow).map((api) => `${name}: ${api}`),
    ...(['storage', 'storageBuckets', 'webkitTemporaryStorage', 'webkitPersistentStorage'] as const)
      .filter((api) => api in frameWindow.navigator)
      .map((api) => `${name}: navigator.${api}`),
  ]);
  return { found, inside };
}

/** What one frame may do, and what it has that opens a window over others or reads the screen. */
export interface FrameFeatures {
  /** The features that a permissions policy could refuse, and does not. */
  allowed: string[];
  opens: string[];
}

/**
 * Looks for what a page may do in the page and in frames of every kind.
 * @returns it by frame; `inside` is of a frame with an origin of its own, null if no script ran in it
 */
export async function findFeatures(): Promise<{
  frames: Record<string, FrameFeatures>;
  inside: FrameFeatures | null;
}> {
  const look = (frame: Window): FrameFeatures => {
    const { document: inFrame } = frame;
    type Policy = { featurePolicy: { allowedFeatures(): string[] } };
    const opens = ['EyeDropper', 'documentPictureInPicture'].filter((name) => name in frame);
    if (inFrame.pictureInPictureEnabled) opens.push('pictureInPicture');
    return { allowed: (inFrame as unknown as Policy).featurePolicy.allowedFeatures(), opens };
  };
  const frame = (attributes: Record<string, string>): HTMLIFrameElement => {
    const element = document.createElement('iframe');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    document.body.append(element);
    return element;
  };
  const written = frame({}).contentWindow!;
  written.document.open();
  written.document.close();
  const frames = {
    page: look(window),
    blank: look(frame({ allow: 'picture-in-picture *' }).contentWindow!),
    written: look(written),
  };
  const inside = await new Promise<FrameFeatures | null>((resolve) => {
    window.addEventListener('message', ({ data }) => resolve(data as FrameFeatures));
    const own = document.createElement('iframe');
    own.setAttribute('sandbox', 'allow-scripts');
    own.setAttribute('allow', 'picture-in-picture *; fullscreen *');
    // Its script would have run before it has loaded.
    own.addEventListener('load', () => setTimeout(() => resolve(null)));
    const code = `<script>parent.postMessage((${String(look)})(window), '*')</script>`;
    try {
      own.srcdoc = code;
    } catch {
      // The content policy wants a trusted type.
      resolve(null);
    }
    document.body.append(own);
  });
  return { frames, inside };
}
