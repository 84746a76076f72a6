import { type ListrBaseClassOptions, ListrLogger, ListrLogLevels } from 'listr2';

/** Without a terminal there is one line for each step that was done. What went wrong is said once, after them. */
class StepLog extends ListrLogger {
  override log(...[level, message, options]: Parameters<ListrLogger['log']>): void {
    if (level === ListrLogLevels.STARTED || level === ListrLogLevels.SKIPPED) return;
    super.log(level, message, level === ListrLogLevels.FAILED ? undefined : options);
  }
}

/** How steps are shown. A terminal that does not know its width is treated as none. */
export const progress = {
  concurrent: false,
  // Interrupts are ours: what was started has to be stopped.
  registerSignalListeners: false,
  renderer: 'default',
  rendererOptions: { showErrorMessage: false, showSkipMessage: false },
  fallbackRenderer: 'simple',
  fallbackRendererCondition: () => !process.stdout.columns,
  fallbackRendererOptions: { logger: new StepLog({ useIcons: true, toStderr: [ListrLogLevels.FAILED] }) },
} satisfies ListrBaseClassOptions<unknown, 'default', 'simple'>;
