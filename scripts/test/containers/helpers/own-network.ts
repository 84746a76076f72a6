import { execa } from 'execa';
import { Namespaces } from './namespaces.js';

/** The switch, in namespaces of its own: what this host says about forwarding does not count for it. */
const bridge = 'switch';
/** How every machine calls its one interface. */
const port = 'eth0';

/**
 * A network that this host and machines of their own (`Namespaces`) are on. Its addresses are those that RFC 2544 keeps
 * for tests.
 */
export class OwnNetwork {
  readonly #inside: Namespaces;
  /** Of the interface of this host. */
  readonly #name: string;
  readonly #prefix: string;
  #last = 1;

  private constructor(inside: Namespaces, number: number) {
    this.#inside = inside;
    this.#name = nameOf(number);
    this.#prefix = prefixOf(number);
  }

  static async make(): Promise<OwnNetwork> {
    const inside = await Namespaces.make();
    try {
      await inside.run('ip', 'link', 'add', bridge, 'type', 'bridge');
      await inside.run('ip', 'link', 'set', bridge, 'up');
      return new OwnNetwork(inside, await plugHost(inside));
    } catch (error) {
      await inside.end();
      throw error;
    }
  }

  /** Address of this host on it. */
  get host(): string {
    return `${this.#prefix}.1`;
  }

  /** An address for one more machine. */
  next(): string {
    this.#last += 1;
    return `${this.#prefix}.${this.#last}`;
  }

  /** Gives a machine an interface with this address. It goes with the machine. */
  async plug(machine: Namespaces, address: string): Promise<void> {
    const end = `m${address.split('.').at(-1)}`;
    // The other end of one that has just gone may take a moment.
    await this.#inside.run('ip', 'link', 'delete', end).catch(() => {});
    const pair = ['type', 'veth', 'peer', 'name', port, 'netns', String(machine.pid)];
    await execa('nsenter', [
      '--target',
      String(this.#inside.pid),
      '--net',
      'ip',
      'link',
      'add',
      end,
      ...pair,
    ]);
    await this.#inside.run('ip', 'link', 'set', end, 'master', bridge, 'up');
    await machine.run('ip', 'link', 'set', 'lo', 'up');
    // As a machine has it after it was off, too: others remember it for half a minute.
    await machine.run('ip', 'link', 'set', port, 'address', hardwareAddress(address));
    await machine.run('ip', 'address', 'add', `${address}/24`, 'dev', port);
    await machine.run('ip', 'link', 'set', port, 'up');
    await machine.run('ip', 'route', 'add', 'default', 'via', this.host);
    // Nobody answers names there, and says so at once: there is no Internet to wait for.
    const resolver = `f=$(mktemp); echo nameserver ${this.host} > $f; mount --bind $f /etc/resolv.conf; rm $f`;
    await machine.run('sh', '-ec', resolver);
  }

  async end(): Promise<void> {
    // The kernel would do so, too, but later.
    await execa('ip', ['link', 'delete', this.#name], { reject: false });
    await this.#inside.end();
  }
}

const nameOf = (number: number) => `hermes-t${number}`;
const prefixOf = (number: number) => `198.18.${number}`;

/** Puts this host on the switch. The name of the interface is taken by one network at a time. @returns its number */
async function plugHost(inside: Namespaces): Promise<number> {
  for (let number = 1; number < 255; number += 1) {
    const name = nameOf(number);
    const pair = ['type', 'veth', 'peer', 'name', 'host', 'netns', String(inside.pid)];
    const { failed, stderr } = await execa('ip', ['link', 'add', name, ...pair], { reject: false });
    if (failed && /File exists/.test(stderr)) continue;
    if (failed) throw new Error(`no interface for a network of its own: ${stderr}`);
    await inside.run('ip', 'link', 'set', 'host', 'master', bridge, 'up');
    await execa('ip', ['address', 'add', `${prefixOf(number)}.1/24`, 'dev', name]);
    await execa('ip', ['link', 'set', name, 'up']);
    return number;
  }
  throw new Error('every network for tests is taken');
}

/** One that is administered locally (IEEE 802), and follows from the address. */
const hardwareAddress = (address: string) =>
  ['02', '00', ...address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'))].join(':');
