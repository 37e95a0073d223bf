// The sixteen reports of version 3.7: what each is called, what it counts, and how it is drawn.

import type { Distribution } from '../time/period';
import type { Figure, Report, Unit } from './report';

const all: readonly Distribution[] = ['day-hours', 'day', 'month', 'year', 'hour'];
const ofAgents: readonly Distribution[] = ['day', 'hour'];

const sum = (key: string, label: string, unit: Unit = 'chats', better?: Figure['better']): Figure => ({
  key,
  label,
  unit,
  total: 'sum',
  ...(better ? { better } : {}),
});
const mean = (key: string, label: string, weight: string, better?: Figure['better']): Figure => ({
  key,
  label,
  unit: 'seconds',
  total: 'mean',
  weight,
  ...(better ? { better } : {}),
});

const chats = { section: 'Chats', hasBuckets: true, distributions: all } as const;

export const reports: readonly Report[] = [
  {
    ...chats,
    id: 'chats/total_chats',
    title: 'Total chats',
    canGroup: true,
    chart: 'bars',
    drawn: ['total'],
    figures: [sum('total', 'Chats'), sum('continuous', 'Continuous')],
  },
  {
    ...chats,
    id: 'chats/engagement',
    title: 'Engagement',
    canGroup: true,
    chart: 'stacked',
    drawn: ['started_by_customer_without_greeting', 'started_by_customer_from_greeting', 'started_by_agent'],
    figures: [
      sum('started_by_customer_without_greeting', 'By the customer'),
      sum('started_by_customer_from_greeting', 'From a greeting'),
      sum('started_by_agent', 'By an agent'),
    ],
  },
  {
    ...chats,
    id: 'chats/duration',
    title: 'Duration',
    canGroup: true,
    chart: 'lines',
    drawn: ['duration', 'agents_chatting_duration'],
    figures: [
      mean('duration', 'Duration', 'count'),
      mean('agents_chatting_duration', 'With an agent', 'count'),
      sum('count', 'Chats'),
    ],
  },
  {
    ...chats,
    id: 'chats/first_response_time',
    title: 'First response time',
    canGroup: true,
    chart: 'lines',
    drawn: ['first_response_time'],
    figures: [
      mean('first_response_time', 'First response time', 'count', 'less'),
      sum('count', 'Chats with a response'),
    ],
  },
  {
    ...chats,
    id: 'chats/response_time',
    title: 'Response time',
    canGroup: true,
    chart: 'lines',
    drawn: ['response_time'],
    figures: [mean('response_time', 'Response time', 'count', 'less'), sum('count', 'Chats with a response')],
  },
  {
    ...chats,
    id: 'chats/ratings',
    title: 'Ratings',
    canGroup: true,
    chart: 'stacked',
    drawn: ['good', 'bad'],
    figures: [
      sum('good', 'Rated good', 'chats', 'more'),
      sum('bad', 'Rated bad', 'chats', 'less'),
      {
        key: 'good_share',
        label: 'Good of rated',
        unit: 'share',
        total: 'share',
        parts: ['good', 'bad'],
        better: 'more',
      },
      sum('chats', 'Chats, rated or not'),
    ],
  },
  {
    ...chats,
    id: 'chats/groups',
    title: 'Groups',
    dimension: 'group',
    chart: 'lines',
    figures: [sum('count', 'Chats')],
  },
  {
    ...chats,
    id: 'chats/greetings_conversion',
    title: 'Greetings',
    dimension: 'greeting',
    chart: 'lines',
    figures: [
      sum('displayed', 'Displayed', 'events'),
      sum('accepted', 'Accepted', 'chats', 'more'),
      sum('canceled', 'Cancelled', 'events', 'less'),
      sum('goals', 'Goals', 'events', 'more'),
    ],
  },
  {
    ...chats,
    id: 'chats/forms',
    title: 'Forms',
    hasBuckets: false,
    chart: 'none',
    special: 'forms',
    figures: [sum('count', 'Submissions', 'submissions')],
  },
  {
    id: 'tags/chat_usage',
    title: 'Tag usage',
    section: 'Tags',
    hasBuckets: false,
    dimension: 'tag',
    chart: 'none',
    distributions: all,
    figures: [sum('count', 'Chats')],
  },
  {
    ...chats,
    id: 'chats/tags',
    title: 'Tags over time',
    section: 'Tags',
    dimension: 'tag',
    chart: 'lines',
    figures: [sum('count', 'Chats')],
  },
  {
    id: 'agents/performance',
    title: 'Performance',
    section: 'Agents',
    hasBuckets: false,
    dimension: 'agent',
    chart: 'none',
    distributions: ofAgents,
    figures: [
      sum('chats_count', 'Chats'),
      mean('first_response_time', 'First response time', 'first_response_chats_count', 'less'),
      sum('first_response_chats_count', 'Responded first'),
      sum('chats_rated_good', 'Rated good', 'chats', 'more'),
      sum('chats_rated_bad', 'Rated bad', 'chats', 'less'),
      sum('chatting_time', 'Chatting', 'seconds'),
      sum('accepting_chats_time', 'Accepting', 'seconds'),
      sum('not_accepting_chats_time', 'Not accepting', 'seconds'),
      sum('logged_in_time', 'Logged in', 'seconds'),
    ],
  },
  {
    id: 'chats/ranking',
    title: 'Ranking',
    section: 'Agents',
    hasBuckets: false,
    dimension: 'agent',
    chart: 'none',
    distributions: all,
    figures: [
      {
        key: 'score',
        label: 'Score',
        unit: 'score',
        total: 'none',
        better: 'more',
        note: '0 to 1; counts many ratings for more than few',
      },
      sum('good', 'Rated good', 'chats', 'more'),
      sum('bad', 'Rated bad', 'chats', 'less'),
      sum('total', 'Rated'),
    ],
  },
  {
    id: 'agents/availability',
    title: 'Availability',
    section: 'Agents',
    hasBuckets: true,
    chart: 'bars',
    heeds: ['agents', 'groups'],
    distributions: ofAgents,
    figures: [
      { ...sum('hours', 'Available', 'hours'), only: 'day' },
      { ...sum('minutes', 'Available', 'minutes'), only: 'hour' },
    ],
  },
  {
    ...chats,
    id: 'chats/queued_visitors',
    title: 'Queued customers',
    section: 'Queue',
    dimension: 'queue_outcome',
    chart: 'stacked',
    figures: [
      sum('count', 'Chats'),
      mean('avg', 'Mean wait', 'count', 'less'),
      { key: 'min', label: 'Shortest wait', unit: 'seconds', total: 'min' },
      { key: 'max', label: 'Longest wait', unit: 'seconds', total: 'max', better: 'less' },
    ],
  },
  {
    id: 'chats/queued_visitors_left',
    title: 'Left the queue',
    section: 'Queue',
    hasBuckets: false,
    chart: 'none',
    distributions: all,
    special: 'departures',
    figures: [{ key: 'duration', label: 'Waited', unit: 'seconds', total: 'none' }],
  },
];

export const sections = ['Chats', 'Tags', 'Agents', 'Queue'] as const;

export const reportOf = (id: string): Report | undefined => reports.find((report) => report.id === id);
