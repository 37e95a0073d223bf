// The reports on tags, agents and the queue.

import type { Distribution } from '../time/period';
import { mean, status, sum } from './figures';
import { allDistributions } from './report';
import type { Report } from './report';

const ofAgents: readonly Distribution[] = ['day', 'hour'];

const taggedChats = { of: 'chats', from: [{ report: 'chats/total_chats', keys: { count: ['total'] } }] };

export const otherReports: readonly Report[] = [
  {
    id: 'tags/chat_usage',
    title: 'Tag usage',
    about:
      'These are the chats that began in the period, by tag. ' +
      'A chat with two tags counts under both, and a chat without tags under none.',
    section: 'Tags',
    hasBuckets: false,
    dimension: 'tag',
    all: taggedChats,
    chart: 'none',
    distributions: allDistributions,
    figures: [sum('count', 'Chats')],
  },
  {
    id: 'chats/tags',
    title: 'Tags over time',
    about:
      'These are the chats that began in the period, by tag, each counted when it began. ' +
      'A chat with two tags counts under both, and a chat without tags under none.',
    section: 'Tags',
    hasBuckets: true,
    dimension: 'tag',
    all: taggedChats,
    chart: 'lines',
    distributions: allDistributions,
    figures: [sum('count', 'Chats')],
  },
  {
    id: 'agents/performance',
    title: 'Performance',
    about:
      'These are the chats that began in the period, by agent, and the first response time of those that the agent ' +
      'answered first. The other times are cut to the period; “Chatting” is in chats that began before it, too.',
    section: 'Agents',
    hasBuckets: false,
    dimension: 'agent',
    all: {
      of: 'chats',
      note: 'each once; times of all agents together',
      from: [
        { report: 'chats/total_chats', keys: { chats_count: ['total'] } },
        {
          // With a filter by agent, other agents answer first in some of the chats. The summary leaves those out.
          report: 'agents/performance',
          inSummary: true,
          keys: {
            first_response_time: ['first_response_time'],
            first_response_chats_count: ['first_response_chats_count'],
          },
        },
        { report: 'chats/ratings', keys: { chats_rated_good: ['good'], chats_rated_bad: ['bad'] } },
      ],
    },
    chart: 'none',
    distributions: ofAgents,
    figures: [
      sum('chats_count', 'Chats'),
      {
        ...mean('first_response_time', 'First response time', 'first_response_chats_count', 'less'),
        note: 'of the chats that the agent answered first',
      },
      sum('first_response_chats_count', 'Responded first'),
      sum('chats_rated_good', 'Rated good', 'chats', 'more'),
      sum('chats_rated_bad', 'Rated bad', 'chats', 'less'),
      sum('chatting_time', 'Chatting', 'working seconds'),
      status('accepting_chats_time', 'Accepting', 'working seconds'),
      status('not_accepting_chats_time', 'Not accepting', 'working seconds'),
      status('logged_in_time', 'Logged in', 'working seconds'),
    ],
  },
  {
    id: 'chats/ranking',
    title: 'Ranking',
    about:
      'These are the rated chats that began in the period, by agent, even if the customer rated them later. ' +
      'A chat with two agents counts for both.',
    section: 'Agents',
    hasBuckets: false,
    dimension: 'agent',
    all: {
      of: 'chats',
      from: [{ report: 'chats/ratings', keys: { good: ['good'], bad: ['bad'], total: ['good', 'bad'] } }],
    },
    chart: 'none',
    distributions: allDistributions,
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
    about:
      'This is how long at least one agent accepted chats in the period; time in which several did counts once. ' +
      'Filters by agent and by group choose the agents, and other filters change nothing.',
    section: 'Agents',
    hasBuckets: true,
    chart: 'bars',
    distributions: ofAgents,
    figures: [
      { ...status('hours', 'Available', 'hours'), hasTotal: true, only: 'day' },
      { ...status('minutes', 'Available', 'minutes'), hasTotal: true, only: 'hour' },
    ],
  },
  {
    id: 'chats/queued_visitors',
    title: 'Queued customers',
    about:
      'These are the chats that began in the period and whose customer waited in the queue, and how long. ' +
      'Each counts when it began, once its wait is over.',
    section: 'Queue',
    hasBuckets: true,
    dimension: 'queue_outcome',
    all: { of: 'who waited', from: [] },
    chart: 'stacked',
    distributions: allDistributions,
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
    about:
      'These are the chats that began in the period and whose customer left the queue before an agent came. ' +
      '“Waited” adds up the waits of the chat.',
    section: 'Queue',
    hasBuckets: false,
    chart: 'none',
    distributions: allDistributions,
    special: 'departures',
    figures: [{ key: 'duration', label: 'Waited', unit: 'seconds', total: 'none' }],
  },
];
