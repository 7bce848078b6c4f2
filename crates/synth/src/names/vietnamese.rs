//! Vietnamese given, middle and family names without tone marks.

/// Given names of men, the most frequent first.
pub(crate) const MEN: &[&str] = &[
    "Minh", "Hung", "Dung", "Tuan", "Anh", "Thanh", "Long", "Hai", "Nam", "Son", "Phong", "Quang", "Hieu",
    "Duc", "Trung", "Khanh", "Binh", "Cuong", "Dat", "Hoang", "Huy", "Khoa", "Khoi", "Kien", "Lam", "Loc",
    "Luan", "Manh", "Nghia", "Nhan", "Phat", "Phuc", "Quan", "Quoc", "Quy", "Sang", "Tai", "Tam", "Tan",
    "Thang", "Thien", "Thinh", "Tho", "Thuan", "Tien", "Tin", "Toan", "Tri", "Trieu", "Truong", "Tu", "Tung",
    "Vinh", "Vu", "Vuong", "Bao", "Chau", "Chien", "Chinh",
];

/// Given names of women, the most frequent first.
pub(crate) const WOMEN: &[&str] = &[
    "Lan", "Huong", "Hoa", "Mai", "Linh", "Thuy", "Nga", "Trang", "Ha", "Hanh", "Phuong", "Thao", "Dung",
    "Yen", "Ngoc", "Nhung", "Hien", "Van", "Tuyet", "Bich", "Cam", "Chi", "Diem", "Diep", "Dieu", "Duyen",
    "Giang", "Hang", "Hau", "Hong", "Kim", "Lien", "Loan", "Ly", "My", "Nhi", "Nhu", "Oanh", "Quyen",
    "Quynh", "Suong", "Tam", "Thi", "Tho", "Thu", "Trinh", "Truc", "Tuyen", "Uyen", "Vy", "Xuan", "Ai",
    "Anh", "Bang", "Be", "Ca", "Dao", "Dan", "Gam",
];

/// Middle names of men, the most frequent first.
pub(crate) const MIDDLES_MEN: &[&str] =
    &["Van", "Duc", "Huu", "Quang", "Minh", "Xuan", "Dinh", "Cong", "Ngoc", "Thanh"];

/// Middle names of women, the most frequent first.
pub(crate) const MIDDLES_WOMEN: &[&str] = &["Thi", "Ngoc", "Thu", "Kim", "Bich", "My", "Hong", "Thanh"];

/// Family names, the most frequent first.
pub(crate) const SURNAMES: &[&str] = &[
    "Nguyen", "Tran", "Le", "Pham", "Huynh", "Hoang", "Phan", "Vu", "Vo", "Dang", "Bui", "Do", "Ho", "Ngo",
    "Duong", "Ly", "Dinh", "Lam", "Mai", "Truong", "Doan", "Trinh", "Cao", "Luong", "Luu", "Ta", "To",
    "Chau", "Quach", "Thai", "Kieu", "Vuong", "Tong", "Trieu", "Mac", "Dam", "Nghiem", "La", "Bach", "Tang",
];
