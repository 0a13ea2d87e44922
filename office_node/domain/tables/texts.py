"""What an officer reads about a comparison and about a filed person: table `texts/2026-11`.

Each text stands for itself and holds no value of anybody. Indonesian first, English second.
"""

VERSION = "texts/2026-11"

EVIDENCE: dict[str, tuple[str, str]] = {
    "nik-equal": ("NIK sama.", "The NIK is the same."),
    "nik-different": ("NIK berbeda.", "The NIKs differ."),
    "passport-equal": ("Nomor paspor sama.", "The passport number is the same."),
    "phone-equal": ("Nomor telepon sama.", "The phone number is the same."),
    "phone-different": ("Nomor telepon berbeda.", "The phone numbers differ."),
    "kk-equal": ("Nomor Kartu Keluarga sama.", "The family card number is the same."),
    "birth-date-equal": ("Tanggal lahir sama.", "The birth date is the same."),
    "birth-date-common": (
        "Tanggal lahir sama, tetapi tanggal itu dipakai banyak orang yang tidak tahu tanggal lahirnya.",
        "The birth date is the same, but it is one given to many who do not know theirs.",
    ),
    "birth-date-swapped": (
        "Tanggal lahir sama bila hari dan bulan ditukar.",
        "The birth date is the same with day and month exchanged.",
    ),
    "birth-date-one-part": (
        "Tanggal lahir hanya berbeda pada hari, bulan, atau tahun.",
        "The birth date differs in the day, the month or the year only.",
    ),
    "birth-date-year-only": ("Hanya tahun lahir yang sama.", "Only the birth year is the same."),
    "birth-date-different": ("Tanggal lahir berbeda.", "The birth dates differ."),
    "birth-date-far": ("Tahun lahir berjauhan.", "The birth years are far apart."),
    "name-same": ("Nama sama.", "The name is the same."),
    "name-respelled": ("Nama sama dengan ejaan berbeda.", "The name is the same in another spelling."),
    "name-typing": (
        "Nama hampir sama; mungkin salah ketik.",
        "The name is nearly the same; perhaps a typing error.",
    ),
    "name-extended": (
        "Nama sama; pada salah satunya ada kata tambahan.",
        "The name is the same; one of the two has more words.",
    ),
    "name-unclear": (
        "Nama mirip, tetapi bisa juga dua nama yang berbeda.",
        "The names look alike, but may be two different names.",
    ),
    "name-partial": (
        "Nama depan sama, nama lainnya berbeda.",
        "The first name is the same, the others differ.",
    ),
    "name-other-given": (
        "Nama depan berbeda, nama lainnya ada yang sama.",
        "The first name differs, another name is shared.",
    ),
    "name-different": ("Nama berbeda.", "The names differ."),
    "mother-same": ("Nama ibu sama.", "The mother's name is the same."),
    "mother-respelled": (
        "Nama ibu sama dengan ejaan berbeda atau kata tambahan.",
        "The mother's name is the same in another spelling or with more words.",
    ),
    "mother-unclear": ("Nama ibu mirip.", "The mothers' names look alike."),
    "mother-different": ("Nama ibu berbeda.", "The mothers' names differ."),
    "birth-place-equal": ("Tempat lahir sama.", "The birthplace is the same."),
    "birth-place-different": ("Tempat lahir berbeda.", "The birthplaces differ."),
    "village-equal": ("Desa atau kelurahan sama.", "The village is the same."),
    "village-same-district": (
        "Kecamatan sama, desa berbeda.",
        "The sub-district is the same, the village differs.",
    ),
    "village-different": ("Desa atau kelurahan berbeda.", "The villages differ."),
    "sex-equal": ("Jenis kelamin sama.", "The sex is the same."),
    "sex-different": ("Jenis kelamin berbeda.", "The sex differs."),
    "household": (
        "Data keluarga sama tetapi orangnya tampak berbeda: mungkin saudara kembar, saudara, atau anggota keluarga.",
        "The family's data agree but the person looks different: perhaps a twin, a sibling or a relative.",
    ),
    "name-and-date-only": (
        "Hanya nama dan tanggal lahir yang dapat dibandingkan; itu belum cukup.",
        "Only the name and the birth date could be compared; that is not enough.",
    ),
}

FINDINGS: dict[str, tuple[str, str]] = {
    "nik-impossible": (
        "NIK ini tidak sesuai susunan NIK (tanggal, wilayah, nomor urut); mungkin salah ketik. Periksa dengan KTP.",
        "This NIK does not fit the form of a NIK (date, region, serial); perhaps mistyped. Check the identity card.",
    ),
    "nik-date-differs": (
        "Tanggal lahir dalam NIK berbeda dari tanggal lahir yang diisi. Periksa dengan KTP dan akta.",
        "The birth date in the NIK differs from the one given. Check the identity card and birth certificate.",
    ),
    "nik-sex-differs": (
        "Jenis kelamin menurut NIK berbeda dari yang diisi. Periksa dengan KTP.",
        "The sex in the NIK differs from the one given. Check it against the identity card.",
    ),
    "name-one-letter": (
        "Nama hanya satu huruf. Tulis nama lengkap seperti pada dokumen.",
        "The name has one letter only. Write it in full as on the document.",
    ),
    "name-not-latin": (
        "Nama memuat aksara selain Latin. Tulis juga nama dalam huruf Latin seperti pada dokumen.",
        "The name is not in Latin script. Also enter it in Latin letters as on the document.",
    ),
    "village-unknown": (
        "Kode desa ini tidak ada dalam daftar Lampung yang berlaku. Periksa alamatnya.",
        "This village code is not in the current list of Lampung. Check the address.",
    ),
    "phone-unusable": (
        "Nomor telepon ini tidak dapat dipakai untuk mengenali orang. Tanyakan nomor yang benar.",
        "This phone number cannot serve to recognise a person. Ask for the right one.",
    ),
    "birth-date-very-old": (
        "Usia menurut tanggal lahir melebihi 110 tahun. Periksa dokumennya.",
        "By the birth date the age is above 110 years. Check the document.",
    ),
    "nothing-to-search": (
        "Data ini terlalu sedikit atau terlalu umum: tidak ada kantor lain yang dapat mencarinya. "
        "Lengkapi NIK, nama lengkap, nama ibu, alamat, atau nomor telepon.",
        "This is too little or too common: no other office can search for it. "
        "Add the NIK, the full name, the mother's name, the address or a phone number.",
    ),
    "birth-date-in-future": (
        "Tanggal lahir berada di masa depan. Periksa dokumennya.",
        "The birth date is in the future.",
    ),
}
