// The health check of MongoDB, for mongosh: it has to let the app's user in, who may read and write the app's database and
// nothing else. Who is not there yet, or has another password, is made by it: so a volume that an earlier release has
// made gets one, too. Passwords come from files, so that no process list shows them.
const fs = require('node:fs');
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, 'utf8').trim();
const { user, password, database } = JSON.parse(secret('MONGO_APP_USER'));

function login(name, word, where) {
  return connect(
    `mongodb://${name}:${encodeURIComponent(word)}@127.0.0.1:27017/${encodeURIComponent(where)}`,
  );
}

function make() {
  const administrator = login('hermes', secret('MONGO_PASSWORD'), 'admin');
  const own = administrator.getSiblingDB(database);
  const what = { pwd: password, roles: [{ role: 'readWrite', db: database }] };
  if (own.getUser(user)) own.updateUser(user, what);
  else own.createUser({ user, ...what });
  return login(user, password, database);
}

let app;
try {
  app = login(user, password, database);
} catch {
  app = make();
}
if (app.runCommand({ ping: 1 }).ok !== 1) throw new Error('no pong');
