/**
 * The numbering plans of all countries, from libphonenumber-js. Its smallest metadata is enough to tell whether a number is
 * possible.
 */
export { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/min';
