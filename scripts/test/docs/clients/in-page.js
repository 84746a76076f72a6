/* Runs in pages: opens a socket, and tells in words what became of it. */
globalThis.openSocket = (url, token) =>
  new Promise((resolve) => {
    try {
      const socket = new WebSocket(url, token ? ['bearer', token] : []);
      socket.onopen = () => resolve('open');
      socket.onclose = ({ code }) => resolve(`closed: ${code}`);
    } catch (error) {
      resolve(String(error));
    }
  });
