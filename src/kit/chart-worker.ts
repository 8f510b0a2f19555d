import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';
import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

/** Runs in a worker thread: options in, PNG out, at twice the size for sharp text on a phone. */
const SCALE = 2;

/** TTF on purpose: of woff2 resvg draws no text and reports no error. */
const font = fileURLToPath(import.meta.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'));
const bold = fileURLToPath(import.meta.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'));

echarts.use([LineChart, GridComponent, MarkLineComponent, TitleComponent, SVGRenderer]);
const { option, width, height } = workerData;
const drawing = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
drawing.setOption(option);
const svg = drawing.renderToSVGString();
drawing.dispose();
const picture = new Resvg(svg, {
  font: { fontFiles: [font, bold], loadSystemFonts: false, defaultFontFamily: 'Inter' },
  fitTo: { mode: 'width', value: width * SCALE },
});
parentPort?.postMessage(picture.render().asPng());
