// The address of what is on the screen: #user=U0MAYA&channel=C0MARKETING&thread=1700000000.000100

const FIELDS = ["user", "channel", "thread", "tab"];

/** The route in a hash, as {user, channel, thread, tab}; missing parts are null. */
export const readHash = (hash = location.hash) => {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  return Object.fromEntries(FIELDS.map((name) => [name, given.get(name)]));
};

/** Writes the route into the address bar; `push` makes a step that Back undoes. */
export const writeHash = (route, push) => {
  const kept = FIELDS.filter((name) => route[name]).map((name) => `${name}=${encodeURIComponent(route[name])}`);
  const address = `/#${kept.join("&")}`;
  if (location.pathname + location.search + location.hash === address) return;
  history[push ? "pushState" : "replaceState"](null, "", address);
};

/** What a permalink points to, {channel, ts, thread}, or null where it is none. */
export const readArchive = (url = location) => {
  const found = /^\/archives\/([^/]+)(?:\/p(\d{7,}))?\/?$/.exec(url.pathname);
  if (!found) return null;
  const ts = found[2] ? `${found[2].slice(0, -6)}.${found[2].slice(-6)}` : null;
  return { channel: found[1], ts, thread: new URLSearchParams(url.search).get("thread_ts") };
};

const MEMORY = "signpost.user";

/** The seat taken last in this browser; storage may be switched off. */
export const remembered = () => {
  try {
    return localStorage.getItem(MEMORY);
  } catch {
    return null;
  }
};

export const remember = (user) => {
  try {
    localStorage.setItem(MEMORY, user);
  } catch {
    // Without storage the address bar alone remembers.
  }
};
