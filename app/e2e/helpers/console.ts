import { expect, type Locator, type Page } from '@playwright/test';

export type ChannelPath = '/ws/notifications' | '/ws' | '/ws/tenant/{id}' | '/ws/device/{id}';

export interface Visit {
  readonly token: string;
  readonly channel?: ChannelPath;
  /** Tenant or device, where the channel takes one. */
  readonly id?: string;
  readonly address?: string;
}

/** The console page, as a person uses it. */
export class Console {
  readonly page: Page;
  readonly state: Locator;
  readonly problem: Locator;
  readonly messages: Locator;
  /** The connection log. */
  readonly log: Locator;
  /** WebSockets that the page has opened since it was loaded. */
  sockets = 0;

  constructor(page: Page) {
    this.page = page;
    this.state = page.locator('#state');
    this.problem = page.locator('#problem');
    this.messages = page.locator('#messages > li');
    this.log = page.locator('#events');
    page.on('websocket', () => {
      this.sockets += 1;
    });
  }

  /** Loads the page, and connects. */
  static async visit(page: Page, visit: Visit): Promise<Console> {
    const visited = await Console.load(page);
    await visited.connect(visit);
    return visited;
  }

  static async load(page: Page): Promise<Console> {
    const loaded = new Console(page);
    await page.goto('/');
    return loaded;
  }

  /** Fills in the form, and presses Connect. */
  async connect({ token, channel, id, address }: Visit): Promise<void> {
    await this.page.getByLabel('Token', { exact: true }).fill(token);
    if (channel) await this.page.getByLabel('Channel').selectOption(channel);
    if (id !== undefined) await this.page.locator('#target-id').fill(id);
    if (address !== undefined) await this.page.getByLabel('Server').fill(address);
    await this.page.locator('#connect').click();
  }

  async expectOpen(): Promise<void> {
    await expect(this.state).toHaveAttribute('data-state', 'open');
  }

  /** Expects that it was lost and is open again. @param patience milliseconds */
  async expectReopened(patience: number): Promise<void> {
    await expect(this.log.getByText('Open', { exact: true })).toHaveCount(2, { timeout: patience });
    await this.expectOpen();
  }

  /** Expects these messages, newest first, and no other. */
  async expectMessages(ids: readonly string[]): Promise<void> {
    await expect.poll(() => this.shownIds()).toEqual(ids);
  }

  /** Ids of the messages in the list, newest first. */
  shownIds(): Promise<string[]> {
    return this.messages.evaluateAll((items) => items.map(({ dataset }) => dataset.id));
  }

  /** Expects the panel that tells of a problem, with these words of the server's in it, if any. */
  async expectProblem(code: string, reason?: string): Promise<void> {
    await expect(this.problem).toBeVisible();
    await expect(this.problem).toHaveAttribute('data-code', code);
    if (reason !== undefined) await expect(this.page.locator('#problem-reason q')).toHaveText(reason);
    await expect(this.page.locator('#problem-fix')).not.toBeEmpty();
  }
}
