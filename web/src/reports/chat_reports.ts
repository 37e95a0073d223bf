// The reports on chats: what each is called, what it counts, and how it is drawn.

import { mean, sum } from './figures';
import { allDistributions } from './report';
import type { Report } from './report';

const chats = { section: 'Chats', hasBuckets: true, distributions: allDistributions } as const;

export const chatReports: readonly Report[] = [
  {
    ...chats,
    id: 'chats/total_chats',
    title: 'Total chats',
    about: 'These are all chats that began in the period, answered or not. Each counts when it began.',
    canGroup: true,
    chart: 'bars',
    drawn: ['total'],
    figures: [sum('total', 'Chats'), sum('continuous', 'Continuous')],
  },
  {
    ...chats,
    id: 'chats/engagement',
    title: 'Engagement',
    about:
      'These are all chats that began in the period, by who began them: the customer, the customer from a greeting, ' +
      'or an agent. Each counts once, when it began.',
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
    about:
      'This is the mean length of all chats that began in the period, each counted when it began. ' +
      '“With an agent” is the part in which an agent was chatting, and 0 for a chat in which none was.',
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
    about:
      'This is the mean wait from the customer’s first message to the first answer of an agent. ' +
      'It takes the answered chats that began in the period, each counted when it began.',
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
    about:
      'This is the mean wait for an answer, first within each chat and then over the chats. ' +
      'It takes the answered chats that began in the period, each counted when it began.',
    canGroup: true,
    chart: 'lines',
    drawn: ['response_time'],
    figures: [mean('response_time', 'Response time', 'count', 'less'), sum('count', 'Chats with a response')],
  },
  {
    ...chats,
    id: 'chats/ratings',
    title: 'Ratings',
    about:
      'These are the chats that began in the period, and how customers rated them. ' +
      'A rating counts when its chat began, even if the customer gave it later.',
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
    about:
      'These are the chats that began in the period, by group, each counted when it began. ' +
      'A chat of two groups counts in both, and a chat without a group in none.',
    dimension: 'group',
    all: { of: 'chats', from: [{ report: 'chats/total_chats', keys: { count: ['total'] } }] },
    chart: 'lines',
    figures: [sum('count', 'Chats')],
  },
  {
    ...chats,
    id: 'chats/greetings_conversion',
    title: 'Greetings',
    about:
      'This is how often each greeting was displayed, cancelled or led to a goal, each counted when that happened. ' +
      '“Accepted” are the chats with that greeting, each counted when it began.',
    dimension: 'greeting',
    all: { of: 'greetings', from: [] },
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
    about:
      'These are the pre-chat and post-chat forms of the chats that began in the period, even if the customer submitted ' +
      'them later. ' +
      'A submission counts in each group of its chat.',
    hasBuckets: false,
    chart: 'none',
    special: 'forms',
    figures: [sum('count', 'Submissions', 'submissions')],
  },
];
