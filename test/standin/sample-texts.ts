/** The texts of the sample organizations. */

/** The name and the profile of an organization; `business_name` defaults to the name. */
export interface Sample {
  name: string;
  business_name?: string;
  business_email: string;
  business_phone: string;
  business_address: string;
  external_metadata: string;
}

const jsonAddress = (line1: string, city: string, zipcode: string, country: string, line2 = '') =>
  JSON.stringify({ line1, line2, city, zipcode, country, stateOrProvince: '' });

// Names that look like tests sort behind the other Latin ones, so that a person does not see them first.
const longName = `Zweckverband für ${'Wasser- und Abwasserwirtschaft, '.repeat(8)}Küstenschutz und Gewässerpflege mbH & Co. KG`;

/** Hand-written samples that together cover every kind of text the app must handle. */
export const special: readonly Sample[] = [
  {
    name: 'Brightwater Ltd',
    business_email: 'office@brightwater.example',
    business_phone: '+44 20 7946 0321',
    business_address: '12 Harbour Row\nBristol BS1 4RN\nUnited Kingdom',
    external_metadata: '{"crm":"BW-1042","tier":"gold"}',
  },
  {
    name: 'Möwe & Söhne Buchbinderei GmbH',
    business_email: 'kontor@moewe-soehne.example',
    business_phone: '+49 30 23125 118',
    business_address: 'Hinterhaus, 2. Stock\nLindenufer 7a\n13597 Berlin\nDeutschland',
    external_metadata: '',
  },
  {
    name: "L'Atelier du Vélo SARL",
    business_email: 'bonjour@atelier-velo.example',
    business_phone: '+33 1 99 00 42 17',
    business_address: jsonAddress('3 quai des Brumes', 'Nantes', '44000', 'FR'),
    external_metadata: '{\n  "siret": "00000000000017",\n  "contact": {"prénom": "Zoé"}\n}',
  },
  {
    name: '青波製作所株式会社',
    business_email: 'soumu@aonami.example',
    business_phone: '+81 3-0000-4471',
    business_address: '〒100-0000\n東京都千代田区架空町1丁目2番3号\n青波ビル4階',
    external_metadata: '{"担当":"総務部","code":4471}',
  },
  {
    name: 'Quiet Harbor Foundation',
    business_email: '',
    business_phone: '',
    business_address: '',
    external_metadata: '',
  },
  {
    name: 'شركة النخيل الأزرق',
    business_email: 'info@blue-palm.example',
    business_phone: '+971 4 000 0199',
    business_address: 'شارع الميناء ١٢\nالطابق ٣\nدبي',
    external_metadata: '{"lang":"ar","note":"اتصل قبل الظهر"}',
  },
  {
    name: 'תכלת ספרים בע״מ',
    business_email: 'office@tchelet.example',
    business_phone: '+972 3-000-0128',
    business_address: 'רחוב הים 5\nחיפה',
    external_metadata: 'not JSON; kept as it is',
  },
  {
    name: longName,
    business_email: 'poststelle@wasserwirtschaft.example',
    business_phone: '+49 30 23125 904',
    business_address: 'Deichstraße 1–3\n26382 Wilhelmshaven',
    external_metadata: '{}',
  },
  {
    name: 'Zwirner & "Zapf" <b>Type</b> Foundry',
    business_email: 'hello@zwirner-zapf.example',
    business_phone: '(555) 0142',
    business_address: 'Suite 4 \u{1F3E0}\r\n98 Kerning St.\r\nPortland, OR',
    external_metadata: '{"duplicate":1,"duplicate":2,"big":12345678901234567890}',
  },
];

const places = {
  english: ['Bristol', 'Leeds', 'York', 'Perth', 'Dover', 'Bath', 'Hull'],
  german: ['Lübeck', 'Görlitz', 'Weimar', 'Husum', 'Passau', 'Emden', 'Jena'],
  french: ['Nîmes', 'Brest', 'Dole', 'Sète', 'Arles', 'Évreux', 'Albi'],
  japanese: ['松本市', '函館市', '尾道市', '長崎市', '鎌倉市', '高松市', '金沢市'],
};
const heads = {
  english: [
    'Northgate',
    'Silverbirch',
    'Larkfield',
    'Copperhill',
    'Fernbrook',
    'Redmoor',
    'Tidewell',
    'Oakline',
  ],
  german: [
    'Falkenthal',
    'Rosenau',
    'Birkenhof',
    'Steinbach',
    'Ahrenfeld',
    'Eulenberg',
    'Wiesengrund',
    'Tannrode',
  ],
  french: [
    'Clairval',
    'Beaumont',
    'Hautefeuille',
    'Rivebelle',
    'Montclair',
    'Val-Doré',
    'Belleforêt',
    'Grandpré',
  ],
  japanese: ['若葉', '白鷺', '朝霧', '桜坂', '銀河', '月見', '楓', '松風'],
};
const trades = {
  english: ['Instruments', 'Joinery', 'Textiles', 'Seeds', 'Optics', 'Paper', 'Roasters'],
  german: [
    'Feinmechanik',
    'Verlag',
    'Mühlen',
    'Gartenbau',
    'Glashütte',
    'Logistik',
    'Kaffeerösterei',
  ],
  french: [
    'Horlogerie',
    'Imprimerie',
    'Boulangerie',
    'Verrerie',
    'Librairie',
    'Céramique',
    'Tissages',
  ],
  japanese: ['製紙', '電機', '印刷', '商会', '醸造', '工房', '楽器'],
};

type Language = keyof typeof places;

/** 8 and 7 share no factor, so there are 56 pairs of head and trade before names need a number as a suffix. */
function pick(language: Language, round: number) {
  const at = (list: readonly string[]) => list[round % list.length] ?? '';
  const again = Math.floor(round / 56);
  return {
    head: at(heads[language]),
    trade: at(trades[language]),
    place: at(places[language]),
    suffix: again === 0 ? '' : ` ${again + 1}`,
    three: String(round % 1000).padStart(3, '0'),
  };
}

/** Functions that create ordinary organizations, one per language. `round` numbers them. */
export const countries: readonly ((round: number) => Sample)[] = [
  (round) => {
    const { head, trade, place, suffix, three } = pick('english', round);
    const site = `${head}-${trade}`.toLowerCase();
    return {
      name: `${head} ${trade}${suffix} Ltd`,
      business_email: `accounts@${site}.example`,
      business_phone: `+44 20 7946 0${three}`,
      business_address: `${round + 1} Mill Lane\n${place}\nUnited Kingdom`,
      external_metadata: JSON.stringify({ crm: `UK-${round + 1}` }),
    };
  },
  (round) => {
    const { head, trade, place, suffix, three } = pick('german', round);
    return {
      name: `${head} ${trade}${suffix} GmbH`,
      business_email: `post@${head.toLowerCase()}.example`,
      business_phone: `+49 30 23125 ${three}`,
      business_address: `Am Alten Speicher ${round + 1}\n${place}\nDeutschland`,
      external_metadata: round % 3 === 0 ? '' : JSON.stringify({ kunde: round + 20_000 }),
    };
  },
  (round) => {
    const { head, trade, place, suffix, three } = pick('french', round);
    return {
      name: `${trade} ${head}${suffix} SAS`,
      business_email: `contact@atelier-${round + 1}.example`,
      business_phone: `+33 1 99 00 0${three.slice(0, 1)} ${three.slice(1)}`,
      business_address: jsonAddress(
        `${round + 1} rue du Canal`,
        place,
        '00000',
        'FR',
        'Bâtiment B',
      ),
      external_metadata: JSON.stringify({ région: place, actif: round % 2 === 0 }),
    };
  },
  (round) => {
    const { head, trade, place, suffix, three } = pick('japanese', round);
    return {
      name: `${head}${trade}株式会社${suffix}`,
      business_email: `info@kabu-${round + 1}.example`,
      business_phone: `+81 3-0000-0${three}`,
      business_address: `${place}架空町${(round % 9) + 1}丁目${(round % 20) + 1}番\n${head}ビル`,
      external_metadata: '',
    };
  },
];
