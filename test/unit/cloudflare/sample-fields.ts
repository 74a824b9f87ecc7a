/** A profile whose texts are easily corrupted in transit. */
export const fields = {
  business_name: 'Brightwater Ltd\r\nZwei',
  business_email: 'office@example.com',
  business_phone: '+44 20 7946 0000',
  business_address: '',
  external_metadata: '{"a": 1}\u2028 \ud83d\ude80 "quoted"',
};
