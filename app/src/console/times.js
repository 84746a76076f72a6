// @ts-check
import { create } from './elements.js';

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const dateAndTime = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'short',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

/**
 * A moment as this person writes it; with its date, unless it is today.
 *
 * @param {Date} moment
 */
export function local(moment) {
  const today = moment.toDateString() === new Date().toDateString();
  return (today ? time : dateAndTime).format(moment);
}

/** @param {Date} moment */
export function timeElement(moment) {
  const created = create('time', '', local(moment));
  created.dateTime = moment.toISOString();
  created.title = dateAndTime.format(moment);
  return created;
}
