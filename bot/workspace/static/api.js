// Requests to the workspace this page came from, and its stream of events.

const SILENT = "The workspace does not answer. Is it still running?";

/** Slack names its errors with one word_like_this, and may say more in response_metadata. */
const sentence = (body, status) => {
  const why = [body?.error?.replaceAll("_", " "), ...(body?.response_metadata?.messages ?? [])].filter(Boolean);
  return `The workspace refused this: ${(why.join("; ") || `status ${status}`).replace(/\.$/, "")}.`;
};

const request = async (path, options) => {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error(SILENT);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Error(sentence(body, response.status));
  return body;
};

/** GET with query parameters; throws an Error whose message is a sentence for the person. */
export const get = (path, query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return request(`${path}?${new URLSearchParams(given)}`);
};

/** POST with a JSON body; throws as `get` does. */
export const post = (path, body) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Follows a person's events until the returned function is called. `again` runs when a lost stream is back. */
export const follow = (user, receive, again) => {
  const source = new EventSource(`/ui/events?user=${encodeURIComponent(user)}`);
  let lost = false;
  source.onmessage = (event) => receive(JSON.parse(event.data));
  source.onerror = () => (lost = true);
  source.onopen = () => {
    if (lost) again();
    lost = false;
  };
  return () => source.close();
};
