// @ts-check

/**
 * @typedef {'uplink' | 'notification' | 'pong' | 'gap' | 'subscribed' | 'unsubscribed' | 'error' | 'other'} Kind
 *
 * @typedef {object} Frame
 * @property {Kind} kind
 * @property {string} text  As it came.
 * @property {any} value  What the text parses to; the text itself where that is not JSON.
 * @property {string | undefined} id  Where to resume after this frame.
 * @property {string} title
 * @property {string} preview  One line.
 */

const previewLength = 300;

/**
 * Sorts a frame of the server by its shape. Nothing in it is trusted.
 *
 * @param {unknown} data  The data of a message event.
 * @returns {Frame}
 */
export function readFrame(data) {
  const text = typeof data === 'string' ? data : '(binary frame)';
  const value = parsed(text);
  const fields = value !== null && typeof value === 'object' ? value : {};
  const kind = kindOf(fields);
  const carriesId = (kind === 'uplink' || kind === 'notification') && typeof fields.id === 'string';
  return { kind, text, value, id: carriesId ? fields.id : undefined, ...summary(kind, fields, text) };
}

/**
 * @param {any} fields
 * @returns {Kind}
 */
function kindOf(fields) {
  if (fields.action === 'pong') return 'pong';
  // A notification's own type may be `error`, so its channel is looked at first.
  if (fields.channel === 'notifications') return 'notification';
  const types = /** @type {const} */ (['uplink', 'gap', 'subscribed', 'unsubscribed', 'error']);
  return types.find((type) => type === fields.type) ?? 'other';
}

/**
 * @param {Kind} kind
 * @param {any} fields
 * @param {string} text
 */
function summary(kind, fields, text) {
  switch (kind) {
    case 'uplink':
      return {
        title: words(fields.device_name ?? fields.dev_eui),
        preview: words(JSON.stringify(fields.payload ?? {})),
      };
    case 'notification':
      return { title: words(fields.title), preview: words(fields.message) };
    case 'gap':
      return {
        title: 'Messages are missing here',
        preview: `The server’s history begins at ${words(fields.oldest ?? 'a later point')}; what came before it is gone.`,
      };
    case 'error':
      return { title: words(fields.code), preview: words(fields.message) };
    case 'subscribed':
    case 'unsubscribed':
      return { title: words(fields.device), preview: '' };
    default:
      return { title: '', preview: words(text) };
  }
}

/** @param {unknown} value */
function words(value) {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return text.length > previewLength ? `${text.slice(0, previewLength)}…` : text;
}

/**
 * @param {string} text
 * @returns {any}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
