export const nextLook = ({ now }: any) => new Date(now.getTime() + 3600e3);
export const isLookDue = (now: Date, next: Date, _: any) => now >= next;
