import { render } from 'preact';
import { App } from './app';
import { start } from './data/session';
import { applyTheme } from './shell/theme';
import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/layout.css';
import './style/toolbar.css';
import './style/states.css';
import './style/parts.css';
import './style/tables.css';
import './style/figures.css';
import './style/media.css';

applyTheme();
start();
render(<App />, document.body);
