// The sixteen reports of version 3.7.

import { chatReports } from './chat_reports';
import { otherReports } from './other_reports';
import type { Report } from './report';

export const reports: readonly Report[] = [...chatReports, ...otherReports];

export const sections = ['Chats', 'Tags', 'Agents', 'Queue'] as const;

export const reportOf = (id: string): Report | undefined => reports.find((report) => report.id === id);
