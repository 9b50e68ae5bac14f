/** Files of rows: streamed as they are read, few at once, in a form that neither spreadsheets nor programs misread. */
export { ExportDesk, type ExportField, type ExportFile } from './export-desk.ts'
export { EXPORT_FORMS, exportOf, sendExport } from './send-export.ts'
